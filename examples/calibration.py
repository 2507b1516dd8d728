"""Make a network that is too sure as sure as it is often right: temperature scaling, and what it changes.

Run it with: python examples/calibration.py
"""

import glassnet as gn

(x, t), (x_test, t_test) = gn.load_mnist()
held_x, held_t = x[1000:3000], t[1000:3000]  # held back from training, for the temperature alone

net = gn.Network([gn.Dense(784, 50), gn.ReLU(), gn.Dense(50, 10), gn.Softmax()])
net.fit(x[:1000], t[:1000], epochs=60, executor="reference", verbose=0)  # long, on few digits: it becomes too sure
calm = net.calibrate(held_x, held_t)

print(f"temperature {calm.metadata['temperature']:.2f}")
for name, network in [("before", net), ("after", calm)]:
    p = network.predict(x_test)
    error = gn.metrics.expected_calibration_error(t_test, p)
    top = gn.metrics.top_k_accuracy(t_test, p, k=2)
    loss, accuracy = network.loss(x_test, t_test), network.accuracy(x_test, t_test)
    print(f"{name:6}  calibration error {error:.4f}  loss {loss:.4f}  accuracy {accuracy:.2%}  among two {top:.2%}")
print(gn.metrics.precision_recall(t_test, calm.classify(x_test)))
gn.plots.save_figure(gn.plots.reliability(t_test, calm.predict(x_test)), "reliability.png")
