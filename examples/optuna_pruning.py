"""Search for a width and a rate with Optuna, which gives up trials that promise nothing.

Run it with: python examples/optuna_pruning.py
`glassnet tune` does such a search from the command line.
"""

import optuna

import glassnet as gn

optuna.logging.set_verbosity(optuna.logging.ERROR)
(x, t), _ = gn.load_mnist()
training, validation = (x[:2000], t[:2000]), (x[2000:4000], t[2000:4000])


def objective(trial: optuna.Trial) -> float:
    """Train a network as the trial proposes, and return its best validation accuracy."""
    width = trial.suggest_int("width", 8, 64, log=True)
    rate = trial.suggest_float("rate", 1e-4, 1.0, log=True)
    net = gn.Network([gn.Dense(784, width), gn.ReLU(), gn.Dense(width, 10), gn.Softmax()])
    pruning = gn.callbacks.OptunaPruning(trial, monitor="val_accuracy")
    history = net.fit(*training, optimizer=gn.SGD(rate), epochs=4, validation_data=validation, callbacks=[pruning],
                      executor="reference", verbose=0)  # fmt: skip
    return max(history["val_accuracy"])


study = optuna.create_study(
    direction="maximize",
    sampler=optuna.samplers.TPESampler(seed=0),
    pruner=optuna.pruners.MedianPruner(n_startup_trials=3),
)
study.optimize(objective, n_trials=10)
for trial in study.trials:
    epochs = len(trial.intermediate_values)
    print(
        f"{trial.state.name:8} after {epochs} epochs: width {trial.params['width']:2}, rate {trial.params['rate']:.4f}"
    )
print(f"best: {study.best_params}, validation accuracy {study.best_value:.2%}")
