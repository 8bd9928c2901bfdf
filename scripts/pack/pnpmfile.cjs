// What a published package.json says otherwise than the workspace's. Ours are pinned to each other and to one version of everything else; a
// product takes a fix of a dependency without waiting for us.
const dependencies = (entries = {}) =>
  Object.fromEntries(
    Object.entries(entries).map(([name, range]) => [name, ours(name) || !/^\d/.test(range) ? range : `^${range}`]),
  )

const ours = (name) => name === 'streamfold' || name.startsWith('@streamfold/')

module.exports = {
  hooks: {
    beforePacking({ devDependencies: _dev, scripts: _scripts, ...manifest }) {
      return { ...manifest, exports: withoutSources(manifest.exports), dependencies: dependencies(manifest.dependencies) }
    },
  },
}

// The condition for unbuilt sources is the workspace's own: a product's bundler that knew it would compile our TypeScript.
function withoutSources(exports) {
  if (typeof exports !== 'object' || exports === null) return exports
  const kept = Object.entries(exports).filter(([condition]) => condition !== 'streamfold-source')
  return Object.fromEntries(kept.map(([condition, value]) => [condition, withoutSources(value)]))
}
