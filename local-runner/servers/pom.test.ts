import { expect, test } from 'vitest'
import { toPom } from './artifacts.ts'

test('asks for a library with what it needs, and for a lone artifact without', () => {
  const pom = toPom(
    [{ groupId: 'g', artifactId: 'library', version: '1' }],
    [{ groupId: 'g', artifactId: 'lone', version: '2' }],
  )
  const lineOf = (artifact: string) =>
    pom.split('\n').find((line) => line.includes(`<artifactId>${artifact}<`))
  expect(lineOf('library')).toBe(
    '    <dependency><groupId>g</groupId><artifactId>library</artifactId><version>1</version></dependency>',
  )
  expect(lineOf('lone')).toContain('<version>2</version><exclusions><exclusion><groupId>*</groupId>')
})
