import { expect, test } from 'vitest'
import { toJavaVersion } from './find-java.ts'

test('reads the version that any Java prints', () => {
  expect(toJavaVersion('openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime')).toBe('17.0.15')
  expect(toJavaVersion('java version "1.8.0_401"')).toBe('1.8.0_401')
  expect(toJavaVersion('openjdk version "25" 2025-09-16')).toBe('25')
  expect(
    toJavaVersion('The operation couldn’t be completed. Unable to locate a Java Runtime.'),
  ).toBeUndefined()
})
