import type { HttpResponse } from '../http/response.ts'
import { invalidParameter, validationError } from './api-error.ts'
import type { ApiFunction } from './api-function.ts'
import { violationsOf } from './form.ts'

const TENANT_ID = { maxLength: 256, pattern: String.raw`[a-zA-Z0-9\._:\/=+\-@ ]+` }
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
  const violations = tenantId === undefined ? [] : violationsOf(TENANT_ID, 'tenantId', tenantId)
  if (violations.length > 0) return validationError(violations)
  const isIsolated = definition.tenancyConfig !== undefined
  if (isIsolated === (tenantId !== undefined)) return undefined
  return invalidParameter(isIsolated ? NEEDED : NOT_TAKEN)
}
