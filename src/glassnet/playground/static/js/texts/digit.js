export default {
  "digit.title": ["digit", "digit"],
};
