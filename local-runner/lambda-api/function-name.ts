import { ACCOUNT_ID, REGION } from '../lambda/environment-variables.ts'

export interface FunctionName {
  readonly name: string
  /** Version or alias; undefined when there was none. */
  readonly qualifier: string | undefined
}

const NAME = /^(?:(?:arn:aws[\w-]*:lambda:([\w-]+):)?(\d{12}):function:)?([\w-]{1,140})(?::([\w$-]{1,128}))?$/

/**
 * The name formats of the Lambda API (API_Invoke): `name`, `123456789012:function:name`, a whole ARN, each
 * optionally followed by a version or alias. Undefined for any other text, and for another account or region.
 */
export function parseFunctionName(text: string): FunctionName | undefined {
  const [whole, region = REGION, account = ACCOUNT_ID, name = '', qualifier] = NAME.exec(text) ?? []
  if (whole === undefined || region !== REGION || account !== ACCOUNT_ID) return undefined
  return { name, qualifier }
}
