"""A fitted scikit-learn pipeline becomes a glassnet network, which explains its answer, and goes back.

Run it with `python examples/from_sklearn.py`; it needs the extra `sklearn` and takes some seconds.
"""

import numpy as np
from sklearn.datasets import load_wine
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import glassnet as gn

wine = load_wine()
names = wine.target_names[wine.target]
pipeline = make_pipeline(StandardScaler(), MLPClassifier((12,), max_iter=1000, random_state=0))
pipeline.fit(wine.data, names)

# The scaler goes into the weights of the first Dense: the network takes the table as it is.
net = gn.from_sklearn(pipeline)
print(net)
difference = np.abs(net.predict(wine.data) - pipeline.predict_proba(wine.data)).max()
print(f"largest difference of {len(names)} predictions: {difference:.0e}")
print("classes:", net.preprocessing["class_names"])

# What scikit-learn's model does not tell: which of the table's columns speak for the answer.
adds = net.explain(wine.data[0], baseline=wine.data.mean(axis=0)).inputs.contributions
for column in np.argsort(-np.abs(adds))[:3]:
    print(f"{wine.feature_names[column]} = {wine.data[0, column]:g} adds {adds[column]:+.2f} to its lead")

model = gn.to_sklearn(net)
print("scikit-learn again:", model)
print(f"the same answers: {(model.predict(wine.data) == pipeline.predict(wine.data)).mean():.0%}")
