"""What scikit-learn's perceptron lacks: an activation for each layer, dropout, class weights, and a look inside.

    python examples/sklearn_more.py

A third of the tumours in these data are malignant. The network weighs the two classes alike, is regularized by dropout,
and then says of one tumour why it answered as it did.
"""

import warnings

from sklearn.datasets import load_breast_cancer
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import recall_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

import glassnet as gn
from glassnet.sklearn import MLPClassifier

warnings.simplefilter("ignore", ConvergenceWarning)


def main() -> None:
    """Fit, measure, look inside."""
    X, y = load_breast_cancer(return_X_y=True, as_frame=True)
    X, X_test, y, y_test = train_test_split(X, y, stratify=y, random_state=0)
    scaler = StandardScaler().set_output(transform="pandas").fit(X)
    X, X_test = scaler.transform(X), scaler.transform(X_test)
    more = {"dropout": [0.3, 0.0], "class_weight": "balanced"}
    classifier = MLPClassifier(
        (16, 8), ["tanh", gn.ELU(0.5)], **more, learning_rate_init=0.01, max_iter=40, random_state=0
    )
    classifier.fit(X, y, validation_data=(X_test, y_test))
    curve = classifier.history_["val_loss"]
    print(f"loss on the held-out quarter: {curve[0]:.3f} after one epoch, {min(curve):.3f} at best")
    print(f"malignant tumours found: {recall_score(y_test, classifier.predict(X_test), pos_label=0):.1%}")

    network = classifier.network_
    print(f"\n{network}\n")
    row = X_test.to_numpy()[:1]
    trace = network.trace(row, mode="predict")
    print(f"why Z3[0,0] is {trace['Z3'][0, 0]:.3f}:\n{trace.why('Z3[0,0]')}\n")
    contributions = network.explain(row[0]).inputs.contributions
    largest = sorted(zip(X.columns, contributions.ravel(), strict=True), key=lambda pair: -abs(pair[1]))[:3]
    print("what speaks most for the answer or against it:")
    for name, value in largest:
        print(f"  {name:24} {value:+.3f}")


if __name__ == "__main__":
    main()
