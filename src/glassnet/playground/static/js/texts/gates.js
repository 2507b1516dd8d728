export default {
  "gates.title": ["gates", "gates"],
};
