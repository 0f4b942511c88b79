/** Starts Swagger UI over the description of the API; in a file of its own, since pages allow no inline script. */
window.SwaggerUIBundle({ url: "/api/openapi.json", dom_id: "#docs", deepLinking: true });
