"""Write a model card, in English and in Korean: data, recipe, figures, confusion, calibration, limits.

Run it with: python examples/model_card.py
"""

import glassnet as gn
from glassnet.data.preprocessing import Preprocessing

(x, t), (x_test, t_test) = gn.load_mnist(normalize=False)
data = gn.Dataset(x[:3000], t[:3000], x_test, t_test, tuple("0123456789"), (28, 28), "mnist")

net = gn.Network([gn.Dense(784, 30), gn.ReLU(), gn.Dense(30, 10), gn.Softmax()])
net.preprocessing = Preprocessing("digit", data.class_names).to_dict()  # what `glassnet train` writes by itself
net.metadata["data"] = data.source
net.fit(data.x_train, data.t_train, scaling="unit", epochs=3, executor="reference", verbose=0)

card = net.card(data, name="small digits")
card.save("CARD.md")
net.card(data, name="작은 숫자 모델", language="ko").save("CARD.ko.md")
for line in str(card).splitlines():
    if line.startswith("#") or "**Accuracy**" in line or "**Licence" in line or "least" in line:
        print(line)
