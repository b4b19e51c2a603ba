import { expect, test } from 'vitest'
import { variableList, variableName } from './variable-name.ts'

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

test('a list of variables has names, and names with a default', () => {
  expect(variableList.parse(['REDIS_URL', { PAGE_SIZE: '50', TITLE: '' }])).toEqual([
    { name: 'REDIS_URL', defaultValue: undefined },
    { name: 'PAGE_SIZE', defaultValue: '50' },
    { name: 'TITLE', defaultValue: '' },
  ])
})

test.each([
  [[{ AWS_REGION: 'x' }], 'AWS_REGION: Lambda reserves this name'],
  [[{ 'A-B': 'x' }], 'A-B: A variable name starts with a letter'],
  [[{ PAGE_SIZE: 50 }], 'PAGE_SIZE: A default is text: put quotes around it.'],
  [[50], 'Write a name, or { "NAME": "default" }.'],
  [['REDIS_URL', { REDIS_URL: 'x' }], 'A variable is named twice.'],
])('[3.6] %j is refused: %s', (list, message) => {
  expect(variableList.safeParse(list).error?.issues).toMatchObject([
    { message: expect.stringContaining(message) as unknown },
  ])
})
