import { type BuildContext, context } from 'esbuild'
import type { BuildSettings } from '../local-runner/manifest/build-settings.ts'
import { bundleOptions } from './bundle-options.ts'

type Options = ReturnType<typeof bundleOptions>

/** Bundles a function with esbuild, which is faster from the second time on while the settings stay the same. */
export function createBundler(root: string, name: string) {
  let current: { readonly key: string; readonly context: BuildContext<Options> } | undefined

  const dispose = async () => {
    await current?.context.dispose()
    current = undefined
  }

  return {
    bundle: async (settings: BuildSettings) => {
      const key = JSON.stringify(settings)
      if (current?.key !== key) {
        await dispose()
        current = { key, context: await context(bundleOptions(root, name, settings)) }
      }
      return current.context.rebuild()
    },
    dispose,
  }
}
