export default {
  "models.title": ["models", "models"],
};
