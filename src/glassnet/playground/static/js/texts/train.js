export default {
  "train.title": ["train", "train"],
};
