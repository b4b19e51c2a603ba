import { expect, test } from 'vitest'
import { checkSize } from './check-size.ts'
import { foreignNativeCode } from './native-code.ts'

const file = (name: string, text: string) => ({ name, contents: Buffer.from(text, 'latin1') })

test('native code of another system than Linux is named', () => {
  const linux = file('node_modules/a/a.node', '\x7fELF...')
  const mac = file('node_modules/b/b.node', '\xcf\xfa\xed\xfe')
  expect(foreignNativeCode('tried', [linux, file('index.cjs', 'x')])).toBe(undefined)
  expect(foreignNativeCode('tried', [linux, mac])).toMatch(
    /^dist\/tried\.zip runs here and not on AWS, because node_modules\/b\/b\.node is not for Linux/,
  )
})

test('[3.4] a function has 250 MB of files at most', () => {
  const halves = (extraBytes: number) => [
    { name: 'a', contents: new Uint8Array(125 * 1024 * 1024) },
    { name: 'b', contents: new Uint8Array(125 * 1024 * 1024 + extraBytes) },
  ]
  checkSize('tried', halves(0))
  expect(() => checkSize('tried', halves(1))).toThrow('The function "tried" has 251 MB of files')
})
