"""Log a training for TensorBoard, as CSV and as lines of JSON, and read what was written.

Run it with: python examples/tensorboard_logs.py
"""

import json
from pathlib import Path

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import glassnet as gn

(x, t), (x_test, t_test) = gn.load_mnist()
net = gn.Network([gn.Dense(784, 30), gn.ReLU(), gn.Dense(30, 10), gn.Softmax()])
logs = [gn.callbacks.TensorBoard("runs/first"), gn.callbacks.CSVLog("log.csv"), gn.callbacks.JSONLog("log.jsonl")]
settings = {"validation_data": (x_test, t_test), "callbacks": logs, "executor": "reference", "verbose": 0}
net.fit(x[:5000], t[:5000], epochs=2, **settings)
net.fit(x[:5000], t[:5000], epochs=1, resume=True, **settings)  # the logs go on

print("CSV:")
print(Path("log.csv").read_text(encoding="utf-8").splitlines()[0])
print("JSON:")
for line in Path("log.jsonl").read_text(encoding="utf-8").splitlines():
    epoch = json.loads(line)
    print(f"  epoch {epoch['epoch']}: validation accuracy {epoch['val_accuracy']:.2%}")
events = EventAccumulator("runs/first")
events.Reload()
print("TensorBoard (tensorboard --logdir runs shows it):")
print("  scalars", *sorted(events.Tags()["scalars"]))
print("  histograms", *sorted(events.Tags()["histograms"]))
