import type { IncomingHttpHeaders } from 'node:http'
import type { HttpResponse } from '../http/response.ts'
import type { Authorization } from './authorization.ts'
import type { HttpEvent } from './http-event.ts'

/** Resolves to what the authorizer adds to the event, or to the refusal. @param query the raw query string */
export type Authorize = (
  headers: IncomingHttpHeaders,
  query: string,
  toEvent: () => HttpEvent,
) => Promise<{ readonly authorizer: Authorization } | { readonly refusal: HttpResponse }>
