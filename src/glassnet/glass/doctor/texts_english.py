"""The doctor's findings in English, by code; the names in braces are those of the evidence."""

from __future__ import annotations

from typing import Final

from glassnet.glass.doctor.text import Text

ENGLISH: Final = {
    "not-finite": Text(
        "A value that is not finite",
        "{batch}: the first value that is nan or inf is {at} = {formula}, of {layer}; the largest "
        "number that it came from is {largest:.3g}.",
        "From there on every number is nan or inf, and an update would put it into all parameters.",
        "Lower the learning rate (a tenth), bring inputs and targets to about −1 to 1, and look at the initial values. "
        "net.trace shows the numbers on the way there.",
    ),
    "parameter-not-finite": Text(
        "A parameter that is not finite",
        "{batch}: {count} of the {size} numbers of {name} are nan or inf, the first at {where}; {layer}.",
        "An update went wrong before: no output can be computed any more.",
        "Make the network anew and train it with a tenth of the learning rate; keep Doctor() among the callbacks.",
    ),
    "data-not-finite": Text(
        "nan or inf among the data",
        "{count} of the {size} numbers of {name} are nan or inf, the first in row {row}, column {column}.",
        "Every sum that such a number enters is nan, and so is the gradient of every weight.",
        "Find out how they came about, then remove these rows or replace the numbers (by the column's mean, say).",
    ),
    "inputs-unscaled": Text(
        "Inputs that are not scaled",
        "Column {column} of x has a root mean square of {rms:.3g} (its values go from {lowest:.3g} to {highest:.3g}, "
        "their mean is {mean:.3g}); 1 is usual.",
        "Initial weights and usual learning rates are made for inputs of about −1 to 1. Others saturate units, or make "
        "steps that are far too long or too short.",
        "Pixels: x / 255, or fit(…, scaling='unit'). Tables: subtract each column's mean and divide by its standard "
        "deviation, both taken from the training data.",
    ),
    "targets-unscaled": Text(
        "Targets that are not scaled",
        "Output {column}'s targets have a root mean square of {rms:.3g} (they go from {lowest:.3g} to {highest:.3g}, "
        "their mean is {mean:.3g}); 1 is usual.",
        "The outputs begin near 0. Squared errors of such targets give gradients as large, with which plain steps "
        "overshoot; Adam's steps, which are of one length, do not arrive.",
        "Subtract the targets' mean and divide by their standard deviation, both taken from the training data; bring "
        "predictions back by y * deviation + mean.",
    ),
    "constant-column": Text(
        "A column that never changes",
        "Column {column} of x is {value:.3g} in all {rows} rows ({count} such columns of {columns}).",
        "It tells no sample from another; its weights only add to the bias.",
        "Leave the column out, or find out why it does not change.",
    ),
    "labels-off-by-one": Text(
        "Labels that do not begin at 0",
        "The labels go from {lowest} to {highest}; {n_classes} outputs stand for the classes 0 to {last}.",
        "The first output is never the right one, and each of the others learns the class of its neighbour.",
        "Subtract {lowest} from the labels, and give the network one output for each class.",
    ),
    "targets-shifted": Text(
        "Targets moved by one row",
        "The target that fits row n stands in row n {by:+d}: the nearest other row answers with {measure} {moved:.3g} "
        "so, and with {as_given:.3g} as t was given.",
        "Each sample is taught the answer of its neighbour; there is nothing in common to be learned.",
        "Find out where a row was lost, a heading read as a row, say, or x and t sorted apart; np.roll(t, {back}, "
        "axis=0) puts them back.",
    ),
    "class-missing": Text(
        "A class without any sample",
        "None of the {rows} rows belongs to class {classes}, of the {n_classes} classes that the network has outputs "
        "for.",
        "The network learns never to give that answer.",
        "Check how labels were read and data was split; take samples of every class, or leave the output out.",
    ),
    "class-imbalance": Text(
        "Classes of very different size",
        "Class {rare} has {rare_count} samples, class {common} has {common_count}: {ratio:.3g} times as many.",
        "The loss can be low, and the accuracy high, without the rare class ever being recognized.",
        "fit(…, class_weight='balanced') counts them alike; judge by the confusion matrix, not by accuracy.",
    ),
    "unshuffled": Text(
        "Samples in the order of their labels",
        "From one sample to the next the label (of values, on which side of the median they lie) changes {changes} "
        "times; in a random order it would {expected:.0f} times ({rows} samples).",
        "Every batch then pulls towards its own class, and the network forgets the ones before.",
        "fit(…, shuffle=True), the default, or shuffle the rows once.",
    ),
    "leak": Text(
        "Validation samples that are trained on",
        "{count} of the {rows} validation rows ({share:.0%}) stand in the training data too.",
        "What has been trained on says nothing about new samples: the validation looks better than it is.",
        "Remove duplicates before the data is split.",
    ),
    "validation-unlike": Text(
        "Validation inputs of another size",
        "The root mean square of the inputs is {trained:.3g} in the training data and {validated:.3g} in the "
        "validation data, {times:.3g} times apart.",
        "The network is asked about inputs such as it has never seen; the validation says nothing of what it learned.",
        "Make both in the same way: what is subtracted and divided by comes from the training data, and goes for both.",
    ),
    "softmax-twice": Text(
        "Softmax applied twice",
        "{layer} takes probabilities from another Softmax. With {n_classes} classes no probability can exceed "
        "{highest:.3g}, so that the cross-entropy never falls below {least:.3g}.",
        "Probabilities lie between 0 and 1; a second softmax of such close numbers is nearly uniform.",
        "Keep one Softmax, as the last layer. The loss takes probabilities: nothing is to be added for it.",
    ),
    "output-bounded": Text(
        "An output that cannot become certain",
        "{layer} takes numbers from {before}, which lie between {low:.3g} and {high:.3g}: its probabilities reach from "
        "{lowest:.3g} to {highest:.3g} only.",
        "However long it is trained, the loss stays above {least:.3g}.",
        "Put nothing between the last Dense and the output function.",
    ),
    "softmax-of-one": Text(
        "Softmax of a single output",
        "A softmax over one number is {output:g}, whatever the number.",
        "Its gradient is 0: the network cannot learn anything.",
        "End with Sigmoid() for two classes, or give the last Dense one output for each class.",
    ),
    "batchnorm-of-one": Text(
        "Batch normalization of single rows",
        "{layer} was trained in batches of {batch_size} row: a row less its own mean is 0, so that beta alone came out "
        "of the layer, whatever went in.",
        "Nothing that comes before the layer is learned, and the running mean and variance that prediction uses do not "
        "fit what was trained.",
        "Use a batch_size of at least 16 or so, or leave BatchNorm() out.",
    ),
    "loss-mismatch": Text(
        "A loss that does not fit the output",
        "{loss} after {layer}: {outside:.0%} of the outputs lie outside 0 to 1, their sum over the classes is "
        "{row_sum:.3g} on average; an output of 1 for every class at once costs {all_ones:.3g}, the right answer "
        "{right:.3g}.",
        "A cross-entropy reads outputs as probabilities: outside 0 to 1 it is clipped and has no slope, and without "
        "softmax nothing pushes the wrong classes down.",
        "Softmax() with categorical_cross_entropy for one class of several, Sigmoid() with binary_cross_entropy for "
        "yes or no, no output function with mean_squared_error for values.",
    ),
    "several-labels": Text(
        "Several classes in a row before a softmax",
        "{share:.0%} of the rows of t do not add up to 1: row {row} gives {sum:.3g}. The outputs of {layer} always do.",
        "A softmax shares out one certainty among the classes: where two are right neither can become certain, and "
        "where none is one is named all the same.",
        "Where several classes may hold at once, end with Sigmoid() and binary_cross_entropy. Where one of them holds, "
        "give class indices, one-hot rows or shares that add up to 1.",
    ),
    "classes-as-values": Text(
        "A classification trained as a regression",
        "All {rows} rows of t have a single 1 among {n_out} numbers, 0 elsewhere, but {layer} with {loss} predicts "
        "values; {outside:.0%} of its outputs lie outside 0 to 1.",
        "The squares punish answers that are right and more than certain, outputs are no probabilities, and classify "
        "and accuracy are refused.",
        "End with Softmax() and categorical_cross_entropy.",
    ),
    "targets-out-of-reach": Text(
        "Targets that the output cannot reach",
        "{share:.0%} of the targets lie outside {low:g} to {high:g}, the range of {layer}: they go from {lowest:.3g} "
        "to {highest:.3g}.",
        "The output is driven to the end of its range, where it has no slope.",
        "Leave the output function out for a regression, or scale the targets into its range.",
    ),
    "linear-layers": Text(
        "Layers without an activation between them",
        "{first} and {second} follow each other: together they are one linear map of rank {rank}, in {parameters:,} "
        "parameters where {needed:,} would do.",
        "A weighted sum of weighted sums is a weighted sum: the first of the layers adds nothing.",
        "Put an activation such as ReLU() between them, or leave one out.",
    ),
    "dead-units": Text(
        "Dead units",
        "{dead} of the {units} units of {layer} give 0 for all {rows} rows; the first is unit {unit}, whose largest "
        "net input is {largest:.3g}.",
        "ReLU has no slope there: no gradient passes, and these units will not come back by themselves.",
        "A lower learning rate, biases that begin at 0, He's initial values (init='he'), scaled inputs; or "
        "LeakyReLU().",
    ),
    "saturated-units": Text(
        "Saturated units",
        "{saturated} of the {units} units of {layer} have less than {flat:.0%} of their greatest slope, on average "
        "over {rows} rows; typical net inputs are {typical:.3g} in size.",
        "Where sigmoid and tanh are flat, almost no gradient passes to the layers before.",
        "Smaller initial weights (init='xavier'), scaled inputs, a lower learning rate; or ReLU().",
    ),
    "symmetric-units": Text(
        "Units that are all alike",
        "{layer} has {units} units but only {distinct} different ones: the weights into and out of them are equal.",
        "Equal units get equal gradients and stay equal for ever: they count as one.",
        "Random initial weights (init='auto'); zeros are for biases.",
    ),
    "vanishing-gradients": Text(
        "Gradients that vanish",
        "∂loss/∂Z is {first:.3g} in {layer} and {last:.3g} in {last_layer} (root mean square): {ratio:.3g} of it.",
        "The early layers do not learn, whatever the later ones do.",
        "ReLU() with init='he', larger initial weights, fewer layers, or BatchNorm() before the activations.",
    ),
    "exploding-gradients": Text(
        "Gradients that explode",
        "∂loss/∂Z is {first:.3g} in {layer} and {last:.3g} in {last_layer} (root mean square): {ratio:.3g} times as "
        "much; net inputs grow to {largest:.3g}.",
        "One step changes the early layers beyond all measure.",
        "Smaller initial weights (init='he' or 'xavier'), BatchNorm() before the activations, a lower learning rate.",
    ),
    "learning-rate-too-large": Text(
        "A learning rate that is too large",
        "With rate {rate:g} the loss of fresh weights goes from {start:.4g} to {at_rate:.4g} within {steps} steps, "
        "with {suggestion:g} to {at_suggestion:.4g}.",
        "Steps that are too long jump across the valley and end higher than they began.",
        "Try learning_rate={suggestion:g}.",
    ),
    "learning-rate-too-small": Text(
        "A learning rate that is too small",
        "With rate {rate:g} the loss of fresh weights goes from {start:.4g} to {at_rate:.4g} within {steps} steps, "
        "with {suggestion:g} to {at_suggestion:.4g}.",
        "At this pace the training would take about {times:.0f} times as long.",
        "Try learning_rate={suggestion:g}.",
    ),
    "not-learning": Text(
        "A training that does not learn",
        "After {steps} steps the loss is {loss:.4g}; always giving the same best answer costs {baseline:.4g}.",
        "The network has not found anything in the inputs that tells the targets.",
        "Check that x and t belong together row by row, then the learning rate "
        "(gn.learning_rate_range_test) and the initial values.",
    ),
    "diverged": Text(
        "A training that diverged",
        "After {steps} steps the training ended: {stopped}",
        "From a value that is not finite nothing more can be learned.",
        "Try a tenth of the learning rate; give diagnose x and t for a test of rates, and fit the callback Doctor().",
    ),
    "overfitting": Text(
        "Overfitting",
        "The validation loss was least in epoch {best_epoch}, {best:.4g}, and rose to {last:.4g}, while the training "
        "loss fell to {loss:.4g}.",
        "The network learns the training samples by heart, and not what they have in common.",
        "gn.callbacks.EarlyStopping(), more data or augmentation, Dropout(), weight decay, fewer units. If the rise "
        "begins at once: do labels belong to their rows?",
    ),
    "underfitting": Text(
        "Underfitting",
        "The network reaches {score:.3g} ({measure}) on the rows that it is trained on, the nearest other rows alone "
        "give {neighbours:.3g}; over the last quarter of {steps} steps the loss fell by {fall:.2g} of the first one.",
        "More is in the data than this network can express, and it has stopped getting better.",
        "More units or layers, an activation between them, less dropout and weight decay.",
    ),
}
