export default {
  "handwriting.title": ["handwriting", "handwriting"],
};
