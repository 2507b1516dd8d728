export default {
  "graph.title": ["graph", "graph"],
};
