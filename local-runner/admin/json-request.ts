import type * as z from 'zod'
import type { AdminRequest } from './admin-server.ts'

/** A page of another site can post a form, but cannot post JSON without a preflight. */
export const isJson = ({ contentType }: AdminRequest) =>
  contentType?.split(';')[0]?.trim() === 'application/json'

export const describeIssues = ({ issues }: z.ZodError, what: string) =>
  issues.map(({ path, message }) => `${path.join('.') || what}: ${message}`).join('; ')

/** @returns the problem as text, with an example of a right one, when the body is not valid */
export function parseJsonBody<Body extends object>(
  text: string,
  schema: z.ZodType<Body>,
  example: string,
): Body | string {
  try {
    const { data, error } = schema.safeParse(JSON.parse(text))
    return error === undefined ? data : `${describeIssues(error, 'body')}. ${example}`
  } catch (error) {
    return `The body is not JSON: ${String(error)}. ${example}`
  }
}
