import { expect, test } from 'vitest'
import { NAME_OF_FUNCTION, NAME_WITH_VERSION, readFunctionName } from './function-name.ts'

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:my-function'
const PATTERN = String.raw`(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?`
const OLDER_PATTERN = String.raw`(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?`
const QUALIFIER_PATTERN = String.raw`\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+`

const refusalOf = (text: string, qualifier?: string, form = NAME_WITH_VERSION) => {
  const named = readFunctionName(text, qualifier, form)
  if (!('refusal' in named)) return named
  const { statusCode, headers, body } = named.refusal
  return [statusCode, Object.fromEntries(headers)['x-amzn-errortype'], JSON.parse(String(body)) as unknown]
}
const violation = (value: string, field: string, constraint: string) =>
  `Value '${value}' at '${field}' failed to satisfy constraint: Member must ${constraint}`
const badName = (text: string, pattern = PATTERN) =>
  violation(text, 'functionName', `satisfy regular expression pattern: ${pattern}`)

test.each([
  ['my-function', undefined],
  ['my-function:$LATEST', '$LATEST'],
  ['my-function:live', 'live'],
  ['function:my-function', undefined],
  ['000000000000:my-function', undefined],
  ['000000000000:function:my-function', undefined],
  ['us-east-1:000000000000:function:my-function', undefined],
  [ARN, undefined],
  [`${ARN}:$LATEST.PUBLISHED`, '$LATEST.PUBLISHED'],
  [`${ARN}:7`, '7'],
])('[3.5] %s names a function', (text, qualifier) => {
  expect(readFunctionName(text, undefined, NAME_WITH_VERSION)).toEqual({ name: 'my-function', qualifier })
})

test('[3.5] an ARN without a name is the name "function"', () => {
  const named = readFunctionName(ARN.replace(':my-function', ''), undefined, NAME_WITH_VERSION)
  expect(named).toEqual({ name: 'function', qualifier: undefined })
})

test.each([
  'my-function!',
  '*',
  '',
  'invalid-account:function:my-function',
  ARN.replace('us-east-1', 'invalid-region'),
  ARN.replace('us-east-1', ''),
  ARN.replace('000000000000', ''),
  ARN.replace(':function', '@function'),
  'arn:aws:ec2:us-east-1:000000000000:instance:i-1234567890abcdef0',
  `${ARN}:1:2`,
  `${ARN}:$LATES`,
  'function:my-function:$LATEST:extra',
])('[3.5] "%s" breaks the pattern of a name', (text) => {
  const message = `1 validation error detected: ${badName(text)}`
  if (text !== '') expect(refusalOf(text)).toEqual([400, 'ValidationException', { message }])
  else expect(refusalOf(text)).toMatchObject([400, 'ValidationException', {}])
})

test('[3.5] every violation is named at once, and a name may be longer than 64 characters', () => {
  const text = ARN.replace('us-east-1', 'invalid-region')
  const long = 'a'.repeat(129)
  const tooLong = violation(long, 'qualifier', 'have length less than or equal to 128')
  expect(refusalOf(text, long)).toEqual([
    400,
    'ValidationException',
    { message: `2 validation errors detected: ${badName(text)}; ${tooLong}` },
  ])
  expect(refusalOf('a'.repeat(65))).toEqual({ name: 'a'.repeat(65), qualifier: undefined })
})

test('[3.5] a qualifier has a pattern of its own', () => {
  const bad = violation('live!', 'qualifier', `satisfy regular expression pattern: ${QUALIFIER_PATTERN}`)
  expect(refusalOf('my-function', 'live!')).toMatchObject([
    400,
    'ValidationException',
    { message: `1 validation error detected: ${bad}` },
  ])
  expect(refusalOf('my-function', '$latest')).toEqual({ name: 'my-function', qualifier: '$latest' })
})

test('[3.5] some operations take shorter names, without a dot', () => {
  expect(refusalOf('a.b', undefined, NAME_OF_FUNCTION)).toMatchObject([
    400,
    'ValidationException',
    { message: `1 validation error detected: ${badName('a.b', OLDER_PATTERN)}` },
  ])
  expect(refusalOf('a'.repeat(141), undefined, NAME_OF_FUNCTION)).toMatchObject([
    400,
    'ValidationException',
    { message: expect.stringMatching(/have length less than or equal to 140$/) as unknown },
  ])
})

test('[3.5] then two qualifiers must agree, then the region and the account must be these', () => {
  const abroad = ARN.replace('us-east-1', 'eu-west-1')
  const Message = "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"
  const message = 'The derived qualifier from the function name does not match the specified qualifier.'
  const mismatch = [400, 'InvalidParameterValueException', { Type: 'User', message }]
  expect(refusalOf(`${ARN}:$LATEST`, '1')).toEqual(mismatch)
  expect(refusalOf(`${abroad}:$LATEST`, '1')).toEqual(mismatch)
  expect(refusalOf(`${ARN}:$LATEST`, '$LATEST')).toEqual({ name: 'my-function', qualifier: '$LATEST' })
  expect(refusalOf(abroad)).toEqual([404, 'ResourceNotFoundException', { Type: 'User', Message }])
  expect(refusalOf('123456789012:function:my-function')).toMatchObject([403, 'AccessDeniedException', {}])
})
