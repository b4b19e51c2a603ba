import { expect, test } from 'vitest'
import { variableName } from './variable-name.ts'

test.each(['AWS_REGION', 'AWS_LAMBDA_LOG_STREAM_NAME', 'AWS_LAMBDA_RUNTIME_API', 'LAMBDA_TASK_ROOT'])(
  '[3.6] %s is reserved by Lambda and refused',
  (name) => {
    expect(variableName.safeParse(name).error?.issues).toMatchObject([
      { message: 'Lambda reserves this name; choose another.' },
    ])
  },
)

test('[3.6] other names are letters, digits and underscores, a letter first, two at least', () => {
  for (const name of [
    'AB',
    'redis_URL2',
    'AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA',
    'AWS_XRAY_CONTEXT_MISSING',
  ]) {
    expect(variableName.safeParse(name).success).toBe(true)
  }
  for (const name of ['A', '1AB', '_AB', 'A-B', '']) expect(variableName.safeParse(name).success).toBe(false)
})
