"""The mathematics, on NumPy alone: functions and losses with their derivatives, differences, perceptron, graph."""
