// Starts Swagger UI on our own OpenAPI document. Runs with the bundles of Swagger UI 3.33 and 5.17.
"use strict";

// A script may not see where a redirect leads, and following it to another site is refused, which Swagger UI
// would show as a failure of the network. Say what happened instead.
async function fetchShowingRedirects(url, options) {
  const response = await fetch(url, { ...options, redirect: "manual" });
  if (response.type === "opaqueredirect") {
    throw new Error("The service answered with a redirect, which a browser does not show to a page. " +
      "The curl command above shows it, and GET /{code}+ shows where a link leads.");
  }
  return response;
}

if (typeof SwaggerUIBundle === "undefined") {
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.textContent = "Swagger UI could not be loaded. The API's description is at /openapi.json.";
  document.getElementById("swagger-ui").append(notice);
} else {
  window.ui = SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#swagger-ui",
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    deepLinking: true,
    tryItOutEnabled: true,
    displayRequestDuration: true,
    showExtensions: true,  // x-required-scope of each operation
    defaultModelsExpandDepth: 0,
    // No validator of somebody else: this page talks to its own service only.
    validatorUrl: null,
    // A key that was entered under Authorize is gone with the page: nothing of it is kept in the browser.
    persistAuthorization: false,
    requestInterceptor: (request) => {
      request.userFetch = fetchShowingRedirects;
      return request;
    },
  });
}
