"""A network explained: drawn, diagnosed, and one answer of it taken apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glassnet.glass.card.writing import Card, write_card
from glassnet.glass.doctor.examination import diagnose
from glassnet.glass.explain.explaining import explain
from glassnet.glass.network_drawing import draw_network
from glassnet.training.run import Trainable

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from glassnet.data.dataset import Dataset
    from glassnet.data.scaling import Scaling
    from glassnet.glass.doctor.finding import Report
    from glassnet.glass.explain.explanation import Explanation
    from glassnet.glass.graph_drawing import Drawing
    from glassnet.glass.trace import PassTrace
    from glassnet.training.history import History
    from glassnet.training.optimizers import Optimizer


class Explaining(Trainable):
    """Drawing, doctor, and explanations of answers."""

    def draw(  # noqa: PLR0913  # all that a drawing can be told
        self,
        *,
        trace: PassTrace | None = None,
        by: str | None = None,
        sample: int = 0,
        units: bool | None = None,
        theme: str = "auto",
        title: str | None = None,
        description: str | None = None,
        language: str = "en",
    ) -> Drawing:
        """Draw the network in SVG: a small one's units and weights, a large one's layers.

        A line is the thicker the larger its number is among those of its layer; solid blue is positive, dashed
        vermilion negative. The exact numbers appear under the pointer. Layers that see a square picture also show
        their first units' weights as small pictures.

        Parameters
        ----------
        trace : Trace, optional
            Of this network: its parameters are drawn, and the units are filled by its numbers.
        by : "weight", "gradient" or "activation", optional
            What lines show: W; dW; or x · W, what each line brings to the sum. Units show dA or A. By default
            `activation` with a trace, else `weight`; the other two need a trace.
        sample : int, default 0
            Which of the trace's samples fills the units.
        units : bool, optional
            Whether units are drawn one by one; by default where no layer has more than 16.
        theme : "auto", "light" or "dark"
            With "auto", as the reader's system or browser prefers.
        title, description : str, optional
            What the picture shows, for a screen reader; by default made from the network.
        language : "en" or "ko", default "en"
            Of all that the picture says.

        Returns
        -------
        Drawing
            With `.svg`, `.save(path)`, and shown by notebooks.

        Raises
        ------
        ArgumentError, ArgumentTypeError
            If the trace is of another network, lacks what is to be shown, or another argument cannot be used.

        Examples
        --------
        >>> import glassnet as gn
        >>> net = gn.Network([gn.Dense(2, 3), gn.Tanh(), gn.Dense(3, 1), gn.Sigmoid()])
        >>> net.draw()
        Drawing(title='Network 2-3-1, 13 parameters')
        >>> "W1[0,2] = " in net.draw(trace=net.trace([[0.0, 1.0]], [1]), by="gradient").svg
        True
        """
        return draw_network(
            self,
            trace=trace,
            by=by,
            sample=sample,
            units=units,
            theme=theme,
            title=title,
            description=description,
            language=language,
        )

    def diagnose(  # noqa: PLR0913  # all that one may know of a training
        self,
        x: ArrayLike | None = None,
        t: ArrayLike | None = None,
        *,
        history: History | None = None,
        validation_data: tuple[ArrayLike, ...] | None = None,
        optimizer: Optimizer | str | None = None,
        shuffle: bool | None = None,
        scaling: Scaling | str | None = None,
        language: str = "en",
    ) -> Report:
        """Find what is wrong with the network, its data and its training, with the numbers that show it.

        Parameters
        ----------
        x : array of shape (N, n_in), optional
            What it is, or is to be, trained on. Without it the layers and the loss alone are looked at.
        t : array, optional
            Targets, as for `fit`; with them gradients and labels are looked at.
        history : History, optional
            What `fit` returned.
        validation_data : (x, t), optional
            Searched for rows that are trained on; its inputs are to be as large as those.
        optimizer : Optimizer or str, optional
            By default that of the last training.
        shuffle : bool, optional
            What `fit` was told: with False the order of the labels is looked at. By default the last batch that was
            trained on tells.
        scaling : str or gn.Scaling, optional
            What `fit` was told.
        language : "en" or "ko", default "en"

        Returns
        -------
        Report
            The findings, the gravest first: each with its code, evidence, why that is harmful, and what to do.

        Raises
        ------
        GlassnetError
            If an argument cannot be used, or x and t do not fit the network.

        Notes
        -----
        Nothing is changed. With a history that gives reason to doubt the learning rate, some rates are tried on copies
        (`gn.learning_rate_range_test`), which takes as long as some 800 steps of NumPy. `gn.Doctor` does the same from
        within a training.

        Examples
        --------
        >>> import glassnet as gn
        >>> net = gn.Network([gn.Dense(784, 10), gn.Softmax(), gn.Softmax()])
        >>> print(net.diagnose())
        ERROR  Softmax applied twice  [softmax-twice]
          found: layer 3, Softmax() takes probabilities from another Softmax. With 10 classes no probability can exceed
          0.232, so that the cross-entropy never falls below 1.46.
          why: Probabilities lie between 0 and 1; a second softmax of such close numbers is nearly uniform.
          do: Keep one Softmax, as the last layer. The loss takes probabilities: nothing is to be added for it.
        <BLANKLINE>
        Examined: structure.
        """
        return diagnose(
            self,
            x,
            t,
            history=history,
            validation_data=validation_data,
            optimizer=optimizer,
            shuffle=shuffle,
            scaling=scaling,
            language=language,
        )

    def explain(  # noqa: PLR0913  # all that may be asked about one answer
        self,
        x: ArrayLike,
        *,
        why: int | str | None = None,
        why_not: int | str | None = None,
        layer: str | int | None = None,
        data: Dataset | tuple[ArrayLike, ArrayLike] | None = None,
        scaling: Scaling | str | None = None,
        neighbours: int = 5,
        baseline: ArrayLike | str = "zeros",
        turn_to: int | str | None = "any",
        limits: tuple[float, float] | None = None,
        language: str = "en",
    ) -> Explanation:
        """Explain an answer: what each hidden unit and each input adds, what is near, what little would turn it.

        Parameters
        ----------
        x : array of shape (n_in,) or (1, n_in)
            One sample, as the network is fed it.
        why, why_not : int or str, optional
            The two classes, by number or name, whose logits' difference is explained; by default the answer against
            the runner-up. Of one sigmoid output it is the logit, log(p / (1 − p)). Of a regression `why` is the output
            that is explained (by default the largest), `why_not` another that is taken off it.
        layer : str or int, optional
            The hidden layer whose units are asked, `"A1"` or 1; by default the last.
        data : (x_train, t_train) or Dataset, optional
            Where neighbours are looked for. They also help to find the smallest change.
        scaling : str or gn.Scaling, optional
            What `fit` was told: how the data's x becomes what the network is fed. By default a Dataset goes through the
            model's own preprocessing, and arrays are taken as they are.
        neighbours : int, default 5
            How many.
        baseline : "zeros", "mean" or array of shape (n_in,), default "zeros"
            What inputs are measured from; `mean` is that of the data.
        turn_to : "any", int, str or None, default "any"
            The class that the smallest change is to lead to; None leaves the search out.
        limits : (low, high), optional
            Between which the changed numbers lie. By default those of the model's pictures, or 0 and 1, if x lies
            between them, else none; (−inf, inf) is without any.
        language : "en" or "ko", default "en"

        Returns
        -------
        Explanation
            It prints as a table; `.plot()` draws it, `.save(path)` writes JSON.

        Raises
        ------
        GlassnetError
            If an argument cannot be used, or x, the outputs or the data are not finite.

        Notes
        -----
        All is worked out in float64 and in predict mode. Where the way to the logits is piecewise linear (Dense, ReLU,
        LeakyReLU, PReLU, Maxout, BatchNorm, Dropout, Identity), contributions are exact: gradient · (x − baseline), and
        what the local linear map gives at the baseline, which at 0 is the sum of the local biases. Elsewhere they are
        integrated gradients (Sundararajan et al., 2017), with points enough for a completeness error of 1e-5, or that
        is said. Which it was, `exact` tells. From the last hidden layer on every usual network is linear. The change is
        the smallest that a search by the local planes found (after DeepFool; Moosavi-Dezfooli et al., 2016); that it
        turns the network's own answer has been tried.

        Examples
        --------
        >>> import glassnet as gn
        >>> layers = [gn.Dense(2, 2, init=([[1.0, 0.0], [0.0, 1.0]], [0.0, -1.0])), gn.ReLU(), gn.Dense(2, 2, init=(
        ...     [[2.0, 0.0], [0.0, 1.0]], [0.5, 0.0])), gn.Softmax()]
        >>> print(gn.Network(layers).explain([1.0, 3.0]))
        Why 0 and not 1: logit 2.5 − 2 = +0.5
          The network answers 0: 0 has output 0.6225, 1 has output 0.3775.
        <BLANKLINE>
        By unit of hidden layer A1 (exact)
          unit     value  adds
          A1[0,0]  1      +2    ████████████████
          A1[0,1]  2      -2    ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌
          bias            +0.5  ████
          sum             +0.5
        <BLANKLINE>
        By input (exact)
          input   value  adds
          X[0,1]  3      -3    ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌
          X[0,0]  1      +2    ███████████
          local biases   +1.5  ████████
          sum            +0.5
        <BLANKLINE>
        Smallest change found that turns the answer
          From 0 to 1: L2 size 0.2236, 2 of 2 inputs changed, margin ...
        """
        return explain(
            self,
            x,
            why=why,
            why_not=why_not,
            layer=layer,
            data=data,
            scaling=scaling,
            neighbours=neighbours,
            baseline=baseline,
            turn_to=turn_to,
            limits=limits,
            language=language,
        )

    def card(self, data: Any = None, *, name: str = "", licence: str = "", language: str = "en") -> Card:
        """Return a model card in Markdown: what the network is, how it was trained, how well it does, its limits.

        Parameters
        ----------
        data : Dataset or (x, t), optional
            What it is measured on: a data set's test samples (all, if it has none), through the model's own
            preprocessing; or arrays as the network is fed them. Without it nothing is measured, and the card says so.
        name : str, optional
            The model's name; by default its widths.
        licence : str, optional
            Of the data that it was trained on, if it is not one that glassnet knows.
        language : "en" or "ko", default "en"

        Returns
        -------
        Card
            It prints as Markdown, `.save(path)` writes it, and `.measured` holds the figures.

        Raises
        ------
        GlassnetError
            If the data do not fit the network.

        Examples
        --------
        >>> import glassnet as gn
        >>> net = gn.Network([gn.Dense(2, 2, init=([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0])), gn.Softmax()])
        >>> card = net.card(([[3.0, 0.0], [0.0, 3.0]], [0, 1]), name="the larger of two")
        >>> card.measured.accuracy, str(card).splitlines()[0]
        (1.0, '# Model card: the larger of two')
        """
        return write_card(self, data, name=name, licence=licence, language=language)
