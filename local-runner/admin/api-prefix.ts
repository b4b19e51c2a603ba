/** The runner's own JSON on port 8080 is below this path; the plain paths are for pages. */
export const API_PREFIX = '/api'
