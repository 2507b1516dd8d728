"""onnxruntime: an inference session over the network as an ONNX graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from benchmarks.workers.contestant import Contestant
from benchmarks.workloads import initial_weights

if TYPE_CHECKING:
    from benchmarks.workloads import Array, Workload

PACKAGES = ("onnxruntime", "onnx")


def forms(workload: Workload) -> list[str]:
    """Return the one form; it does not train."""
    return [""] if workload.kind == "predict" else []


class OnnxRuntime(Contestant):
    """`session.run`."""

    def set_up(self) -> None:
        """Make the session."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        model = graph(self.workload).SerializeToString()
        self.session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def predict(self, x: Any) -> Array:
        """Run the session."""
        return self.session.run(None, {"x": x})[0]


def graph(workload: Workload) -> onnx.ModelProto:
    """Return Gemm, activation, Gemm, …, Softmax."""
    nodes, weights, name = [], [], "x"
    activation = {"sigmoid": "Sigmoid", "relu": "Relu"}[workload.activation]
    layers = initial_weights(workload)
    for k, (W, b) in enumerate(layers, 1):
        weights += [numpy_helper.from_array(W, f"W{k}"), numpy_helper.from_array(b, f"b{k}")]
        nodes.append(helper.make_node("Gemm", [name, f"W{k}", f"b{k}"], [f"Z{k}"]))
        name = f"A{k}"
        nodes.append(helper.make_node(activation if k < len(layers) else "Softmax", [f"Z{k}"], [name]))
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", workload.sizes[0]])
    y = helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", workload.sizes[-1]])
    whole = helper.make_graph(nodes, "perceptron", [x], [y], weights)
    # An opset that every onnxruntime of the last years reads.
    return helper.make_model(whole, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


make = OnnxRuntime
