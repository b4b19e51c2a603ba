import type { HttpResponse } from '../http/response.ts'
import type { ApiFunction } from './api-function.ts'
import type { ReadFunctionCode } from './function-configuration.ts'
import { jsonAnswer } from './json-answer.ts'

const GB = 1024 ** 3
const MB = 1024 ** 2
/** Defaults of an account (gettingstarted-limits). */
const CONCURRENT_EXECUTIONS = 1000
const TOTAL_CODE_BYTES = 75 * GB
const UNZIPPED_CODE_BYTES = 250 * MB
const ZIPPED_CODE_BYTES = 50 * MB

/** What no function has reserved. */
export function unreservedConcurrency(functions: Iterable<ApiFunction>): number {
  let left = CONCURRENT_EXECUTIONS
  for (const { reservedConcurrency } of functions) left -= reservedConcurrency() ?? 0
  return left
}

/** GetAccountSettings. */
export async function accountSettings(
  functions: readonly ApiFunction[],
  functionCode: ReadFunctionCode,
): Promise<HttpResponse> {
  const codes = await Promise.all(functions.map(({ definition }) => functionCode(definition.name)))
  return jsonAnswer({
    AccountLimit: {
      TotalCodeSize: TOTAL_CODE_BYTES,
      CodeSizeUnzipped: UNZIPPED_CODE_BYTES,
      CodeSizeZipped: ZIPPED_CODE_BYTES,
      ConcurrentExecutions: CONCURRENT_EXECUTIONS,
      UnreservedConcurrentExecutions: unreservedConcurrency(functions),
    },
    AccountUsage: {
      TotalCodeSize: codes.reduce((total, { sizeBytes }) => total + sizeBytes, 0),
      FunctionCount: functions.length,
    },
  })
}
