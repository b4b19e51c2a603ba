import type { HttpResponse } from '../http/response.ts'
import { invalidParameter } from './api-error.ts'
import type { ApiFunction } from './api-function.ts'

const NEEDED =
  'The invoked function is enabled with tenancy configuration. Add a valid tenant ID in your request and try again.'
/** AWS's words are not known. */
const NOT_TAKEN =
  'The invoked function is not enabled with tenancy configuration. Remove the tenant ID from your request and try again.'

/** The answer to a request whose tenant does not go with its function; undefined when it does. */
export function checkTenant(
  tenantId: string | undefined,
  { definition }: ApiFunction,
): HttpResponse | undefined {
  const isIsolated = definition.tenancyConfig !== undefined
  if (isIsolated === (tenantId !== undefined)) return undefined
  return invalidParameter(isIsolated ? NEEDED : NOT_TAKEN)
}
