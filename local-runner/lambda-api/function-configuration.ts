import { ACCOUNT_ID, functionArn } from '../lambda/environment-variables.ts'
import type { FunctionDefinition } from '../manifest/function-definition.ts'

/** Of a function's zip. */
export interface CodeFacts {
  /** Base64. */
  readonly sha256: string
  readonly sizeBytes: number
  readonly modifiedAtEpochMs: number
  /** URL. */
  readonly location: string
}

/** Like AWS's `2026-11-24T18:00:00.000+0000`. */
const lastModified = (epochMs: number) => new Date(epochMs).toISOString().replace('Z', '+0000')

/** FunctionConfiguration of the Lambda API, less the variables: they may hold passwords, and nothing here asks who calls. */
export function toFunctionConfiguration(
  definition: FunctionDefinition,
  code: CodeFacts,
  qualifier: string | undefined,
) {
  const { name, handler, timeout, memorySize, buildId, deadLetterConfig } = definition
  return {
    FunctionName: name,
    FunctionArn: functionArn(name) + (qualifier === undefined ? '' : `:${qualifier}`),
    Runtime: 'nodejs24.x',
    Role: `arn:aws:iam::${ACCOUNT_ID}:role/local`,
    Handler: handler,
    CodeSize: code.sizeBytes,
    Description: '',
    Timeout: timeout,
    MemorySize: memorySize,
    LastModified: lastModified(code.modifiedAtEpochMs),
    CodeSha256: code.sha256,
    Version: '$LATEST',
    ...(deadLetterConfig && { DeadLetterConfig: { TargetArn: deadLetterConfig.targetArn } }),
    TracingConfig: { Mode: 'PassThrough' },
    RevisionId: buildId,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: [process.arch === 'arm64' ? 'arm64' : 'x86_64'],
    EphemeralStorage: { Size: 512 },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
  }
}
