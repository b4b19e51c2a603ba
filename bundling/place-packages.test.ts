import { expect, test } from 'vitest'
import { placePackages } from './place-packages.ts'

/** Packages by folder, each with what it requires; a folder is `<name>@<version>`. */
function place(roots: readonly string[], installed: Readonly<Record<string, readonly string[]>>) {
  const toPackage = (folder: string) => ({ name: folder.slice(0, folder.lastIndexOf('@')), folder })
  return Object.fromEntries(
    placePackages(roots.map(toPackage), (folder) => (installed[folder] ?? []).map(toPackage)),
  )
}

test('a package and what it requires lie side by side, each once', () => {
  expect(place(['a@1', 'b@1'], { 'a@1': ['b@1', 'c@1'], 'b@1': ['c@1'], 'c@1': ['a@1'] })).toEqual({
    'node_modules/a': 'a@1',
    'node_modules/b': 'b@1',
    'node_modules/c': 'c@1',
  })
})

test('another version lies inside the package that requires it, and what that one requires is found from there', () => {
  expect(place(['a@1', 'b@1'], { 'a@1': ['b@2'], 'b@2': ['@s/c@1'], '@s/c@1': ['b@1'] })).toEqual({
    'node_modules/a': 'a@1',
    'node_modules/b': 'b@1',
    'node_modules/a/node_modules/b': 'b@2',
    'node_modules/@s/c': '@s/c@1',
  })
})

test('a package inside another one does not see the wrong version of its neighbour', () => {
  const placed = place(['a@1', 'b@1', 'c@1'], { 'a@1': ['b@2', 'c@2'], 'b@2': ['c@1'] })
  expect(placed).toEqual({
    'node_modules/a': 'a@1',
    'node_modules/b': 'b@1',
    'node_modules/c': 'c@1',
    'node_modules/a/node_modules/b': 'b@2',
    'node_modules/a/node_modules/c': 'c@2',
    'node_modules/a/node_modules/b/node_modules/c': 'c@1',
  })
})
