"""A network of digits as an ONNX file, and back: onnxruntime reads the raw pixels and answers as glassnet does.

    python examples/export_onnx.py

Needs: pip install "glassnet[onnx]". It writes digits.onnx into the present folder.
"""

import json

import numpy as np
import onnx
import onnxruntime

import glassnet as gn
from glassnet.data.preprocessing import Preprocessing

# A small training on 2,000 digits; `fit` is fed pixels divided by 255, and so the model records.
(x_train, t_train), (x_test, t_test) = gn.load_mnist()
net = gn.Network([gn.Dense(784, 30), gn.ReLU(), gn.Dense(30, 10), gn.Softmax()], seed=0)
net.fit(x_train[:2_000], t_train[:2_000], optimizer=gn.Adam(0.005), epochs=4, executor="reference", verbose=0)
net.preprocessing = Preprocessing("digit", tuple("0123456789")).to_dict()
net.metadata["data"] = "2,000 digits of MNIST"

# Before the file is written the graph is run and compared with the network.
path = gn.export_onnx(net, "digits.onnx")
print(f"{path}: {path.stat().st_size:,} bytes")

# The graph takes bytes from 0 to 255: the division is inside.
pixels = (x_test[:1_000] * 255).round().astype(np.uint8)
session = onnxruntime.InferenceSession(path)
(outputs,) = session.run(None, {"x": pixels})
difference = np.abs(outputs - net.predict(x_test[:1_000])).max()
print(f"onnxruntime agrees to 1e-5: {difference < 1e-5}")
print(f"accuracy by onnxruntime: {(outputs.argmax(axis=1) == t_test[:1_000]).mean():.3f}")

# Each node says what it computes, in the names of the network; what else is known stands beside the graph.
model = onnx.load(path)
for node in model.graph.node:
    print(f"  {node.op_type:8} {node.doc_string}")
print("class names:", json.loads({entry.key: entry.value for entry in model.metadata_props}["class_names"]))

# And back. A file from elsewhere is read in the same way; what no layer can say is named.
again = gn.import_onnx(path)
print(f"it comes back the same: {np.array_equal(again.predict(x_test[:100]), net.predict(x_test[:100]))}")
