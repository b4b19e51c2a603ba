import { expect, test } from 'vitest'
import { parseFunctionName } from './function-name.ts'

test.each([
  ['order', { name: 'order', qualifier: undefined }],
  ['order:$LATEST', { name: 'order', qualifier: '$LATEST' }],
  ['order:live', { name: 'order', qualifier: 'live' }],
  ['000000000000:function:order', { name: 'order', qualifier: undefined }],
  ['arn:aws:lambda:us-east-1:000000000000:function:order', { name: 'order', qualifier: undefined }],
  ['arn:aws:lambda:us-east-1:000000000000:function:order:7', { name: 'order', qualifier: '7' }],
])('[3.5] %s names a function', (text, expected) => {
  expect(parseFunctionName(text)).toEqual(expected)
})

test.each(['', 'a b', 'arn:aws:lambda:eu-west-1:000000000000:function:order', '123456789012:function:order'])(
  '[3.5] "%s" names no function here',
  (text) => {
    expect(parseFunctionName(text)).toBeUndefined()
  },
)
