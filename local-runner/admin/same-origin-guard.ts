import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import type { Listener } from '../http/http-server.ts'
import { sendResponse } from '../http/send-response.ts'
import { apiError } from '../lambda-api/api-error.ts'

/** The host name of a URL without its port and brackets; undefined when it cannot be one. */
const hostNameOf = (url: string) => URL.parse(url)?.hostname.replace(/^\[|\]$/g, '')

/** A name that no stranger can point here: an address, this machine, or one without a dot, such as a service of compose. */
function isOwnName(name: string | undefined): boolean {
  if (name === undefined) return false
  return isIP(name) !== 0 || name.endsWith('.localhost') || !name.includes('.')
}

/** Why a browser that shows somebody else's page may have sent this; undefined when none did. */
function foreign({ method = 'GET', headers: { host, origin } }: IncomingMessage): string | undefined {
  // With a name of its own that it points at 127.0.0.1 a page could read what is served here (DNS rebinding).
  if (host !== undefined && !isOwnName(hostNameOf(`http://${host}`))) {
    return `The host "${host}" is not the local runner's: use localhost or an IP address.`
  }
  // A page may send anything anywhere as text, without asking, as long as it does without the answer.
  const changes = method !== 'GET' && method !== 'HEAD'
  if (changes && origin !== undefined && origin !== `http://${host}`) {
    return `A page of ${origin} may not call the local runner.`
  }
  return undefined
}

/** Keeps out what a page of another site makes a browser send: 8080 and the Lambda API ask nobody for a password. */
export const ownPagesOnly =
  (listener: Listener): Listener =>
  async (request, response) => {
    const why = foreign(request)
    if (why === undefined) return listener(request, response)
    sendResponse(response, apiError(403, 'AccessDeniedException', why))
  }
