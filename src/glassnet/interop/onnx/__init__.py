"""ONNX files: writing networks as them, and reading those of multilayer perceptrons."""
