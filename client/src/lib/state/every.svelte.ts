/** Runs something again and again while somebody looks: figures that no stream announces. Stops with its component. */
export function every(ms: number, run: () => void): void {
  $effect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') run()
    }, ms)
    return () => clearInterval(timer)
  })
}
