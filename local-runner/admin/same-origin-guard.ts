import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import type { Listener } from '../http/http-server.ts'
import { sendResponse } from '../http/send-response.ts'
import { apiError } from '../lambda-api/api-error.ts'

/** The host name of a URL without its port and brackets; undefined when it cannot be one. */
const hostNameOf = (url: string) => URL.parse(url)?.hostname.replace(/^\[|\]$/g, '')

/** A name that nobody else can point here: an address, this machine, or one without a dot, such as a Compose service. */
function isOwnName(name: string | undefined): boolean {
  if (name === undefined) return false
  return isIP(name) !== 0 || name.endsWith('.localhost') || !name.includes('.')
}

/** Why this may be a cross-site request of a browser; undefined when it is none. */
function crossSiteReason({ method = 'GET', headers: { host, origin } }: IncomingMessage): string | undefined {
  // A site can point its own name at 127.0.0.1 and then read what is served here (DNS rebinding).
  if (host !== undefined && !isOwnName(hostNameOf(`http://${host}`))) {
    return `The host "${host}" is not the local runner's: use localhost or an IP address.`
  }
  // A page can send a text body to any origin without a preflight; it only cannot read the answer.
  const changes = method !== 'GET' && method !== 'HEAD'
  if (changes && origin !== undefined && origin !== `http://${host}`) {
    return `A page of ${origin} may not call the local runner.`
  }
  return undefined
}

/** Refuses cross-site requests of browsers, because 8080 and the Lambda API have no authentication. */
export const sameOriginGuard =
  (listener: Listener): Listener =>
  async (request, response) => {
    const reason = crossSiteReason(request)
    if (reason === undefined) return listener(request, response)
    sendResponse(response, apiError(403, 'AccessDeniedException', reason))
  }
