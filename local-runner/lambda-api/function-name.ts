import type { HttpResponse } from '../http/response.ts'
import { ACCOUNT_ID, REGION } from '../lambda/environment-variables.ts'
import { apiError, invalidParameter, resourceNotFound, validationError } from './api-error.ts'
import { type Form, matchOf, violationsOf } from './form.ts'

export interface FunctionName {
  readonly name: string
  /** Version or alias; undefined when there was none. */
  readonly qualifier: string | undefined
}

const PLACE = String.raw`(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?`
/** `name`, `function:name`, `123456789012:function:name` or a whole ARN, each optionally followed by a version or alias. */
export const NAME_WITH_VERSION: Form = {
  maxLength: 256,
  pattern: String.raw`${PLACE}([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?`,
}
/** Of the operations that concern a function as a whole. */
export const NAME_OF_FUNCTION: Form = {
  maxLength: 140,
  pattern: String.raw`${PLACE}([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?`,
}
const QUALIFIER: Form = {
  maxLength: 128,
  pattern: String.raw`\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+`,
}

/** The groups of a name's pattern that say where it is. */
const partsOf = ([, , , region, , , , , , account, , name = '', , qualifier]: RegExpExecArray) => ({
  region: region?.slice(0, -1) ?? REGION,
  account: account?.slice(0, -1) ?? ACCOUNT_ID,
  name,
  qualifier,
})

/**
 * Reads the function and the version that a request names. Checks in AWS's order: the patterns, the two qualifiers, the region;
 * whether there is such a function comes after it.
 * @param text from the path
 * @param qualifier from the query
 * @param otherViolations of the same request
 */
export function readFunctionName(
  text: string,
  qualifier: string | undefined,
  form: Form,
  otherViolations: readonly string[] = [],
): FunctionName | { readonly refusal: HttpResponse } {
  const violations = [
    ...violationsOf(form, 'functionName', text),
    ...(qualifier === undefined ? [] : violationsOf(QUALIFIER, 'qualifier', qualifier)),
    ...otherViolations,
  ]
  const match = matchOf(form, text)
  if (match === null || violations.length > 0) return { refusal: validationError(violations) }
  const { region, account, name, qualifier: derived } = partsOf(match)
  if (qualifier !== undefined && derived !== undefined && qualifier !== derived) {
    const message = 'The derived qualifier from the function name does not match the specified qualifier.'
    return { refusal: invalidParameter(message) }
  }
  if (region !== REGION) {
    const message = `Functions from '${region}' are not reachable in this region ('${REGION}')`
    return { refusal: resourceNotFound(message) }
  }
  if (account !== ACCOUNT_ID) {
    const message = `The local runner is the account ${ACCOUNT_ID}, and has no function of ${account}.`
    return { refusal: apiError(403, 'AccessDeniedException', message) }
  }
  return { name, qualifier: qualifier ?? derived }
}
