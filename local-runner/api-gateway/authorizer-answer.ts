import * as z from 'zod'
import { allows, policyDocument } from './policy.ts'

const context = z.record(z.string(), z.unknown()).nullish()
const simple = z.object({ isAuthorized: z.boolean(), context })
const withPolicy = z.object({ principalId: z.string().nullish(), policyDocument, context })

export interface AuthorizerAnswer {
  readonly allows: (routeArn: string) => boolean
  readonly context: Readonly<Record<string, unknown>> | null
}

function parseJson(payload: string): unknown {
  try {
    return JSON.parse(payload)
  } catch {
    return undefined
  }
}

/** A Lambda authorizer's answer in format 2.0 (http-api-lambda-authorizer), or why it is none. */
export function parseAnswer(
  payload: string,
  enableSimpleResponses: boolean,
): AuthorizerAnswer | { readonly problem: string } {
  const value = parseJson(payload)
  const problemOf = (error: z.ZodError) => {
    const [issue] = error.issues
    return { problem: `${z.core.toDotPath(issue?.path ?? [])}: ${issue?.message}` }
  }
  if (enableSimpleResponses) {
    const { data, error } = simple.safeParse(value)
    return data ? { allows: () => data.isAuthorized, context: data.context ?? null } : problemOf(error)
  }
  const { data, error } = withPolicy.safeParse(value)
  return data
    ? { allows: (routeArn) => allows(data.policyDocument, routeArn), context: data.context ?? null }
    : problemOf(error)
}
