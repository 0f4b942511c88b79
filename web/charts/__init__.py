"""Pictures of figures: values with their geometry, drawn by the templates in `web/templates/charts`."""
