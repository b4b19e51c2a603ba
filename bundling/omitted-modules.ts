import type { Plugin } from 'esbuild'

/** As esbuild shows paths on every system. */
const SEPARATOR = '[/\\\\]'

const toFilter = (path: string) =>
  new RegExp(
    `${SEPARATOR}node_modules${SEPARATOR}` +
      path.replaceAll('.', '\\.').replaceAll('/', SEPARATOR) +
      `(${SEPARATOR}index)?\\.[cm]?js$`,
  )

/** Throws when it is used, and not when it is only required. */
const standInFor = (path: string) => `
const refuse = () => {
  throw new Error(${JSON.stringify(`"${path}" is not in this bundle: take it out of "build" > "omit" in function.json.`)})
}
module.exports = new Proxy(function omitted() {}, { apply: refuse, construct: refuse, get: refuse })
`

/**
 * Leaves modules of packages out. What is never used esbuild drops from ES modules only: of a CommonJS package the bundle has
 * everything, down to the last request that the function never sends.
 * @param omit paths such as `kafkajs/src/consumer`
 */
export const omittedModules = (omit: readonly string[]): Plugin => ({
  name: 'omitted-modules',
  setup: (build) => {
    for (const path of omit) {
      let isFound = false
      build.onLoad({ filter: toFilter(path) }, () => {
        isFound = true
        return { contents: standInFor(path), loader: 'js' }
      })
      build.onEnd(({ errors }) =>
        isFound || errors.length > 0
          ? undefined
          : {
              errors: [
                { text: `"build" > "omit" names "${path}", which is not among the modules: remove it.` },
              ],
            },
      )
    }
  },
})
