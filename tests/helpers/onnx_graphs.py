"""Small ONNX graphs, node by node, as other libraries write them."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

RNG = np.random.default_rng(0)


def normal(*shape, dtype=np.float32):
    return RNG.normal(size=shape).astype(dtype)


def node(operator, inputs, output, **attributes):
    return helper.make_node(operator, inputs, [output], name=f"{output}_node", **attributes)


def model(nodes, constants=None, *, shape=("N", 4), kind=TensorProto.FLOAT, outputs=("y",), opset=17, properties=None):
    """A model whose input is x and whose output, unless said otherwise, is y."""
    graph = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info("x", kind, shape)],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
        [numpy_helper.from_array(np.asarray(array), name) for name, array in (constants or {}).items()],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    helper.set_model_props(made, properties or {})
    return made


def written(made, path):
    path.write_bytes(made.SerializeToString())
    return path


def outputs_of(path, x, name=None):
    """What onnxruntime gives, or ONNX's reference evaluator where it has no such operator."""
    try:
        import onnxruntime

        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        return session.run(None if name is None else [name], {"x": x})[0]
    except ImportError:
        from onnx.reference import ReferenceEvaluator

        return ReferenceEvaluator(onnx.load(path)).run(None if name is None else [name], {"x": x})[0]
