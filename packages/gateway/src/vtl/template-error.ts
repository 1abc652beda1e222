// A template that cannot be read, or cannot go on.

/** Raised while a template is parsed or rendered. `message` is for the developer and holds no data of a request. */
export class TemplateError extends Error {}
