/** Listens to files that are dropped on an element. @param over called when a file is dragged over it or leaves @returns stops listening */
export function listenToDrops(element: HTMLElement, over: (held: boolean) => void, dropped: (file: File) => void): () => void {
  const onOver = (event: DragEvent) => {
    // Without this the browser would open the file instead of the page.
    event.preventDefault()
    over(true)
  }
  const onLeave = () => over(false)
  const onDrop = (event: DragEvent) => {
    event.preventDefault()
    over(false)
    const file = event.dataTransfer?.files[0]
    if (file) dropped(file)
  }
  element.addEventListener('dragover', onOver)
  element.addEventListener('dragleave', onLeave)
  element.addEventListener('drop', onDrop)
  return () => {
    element.removeEventListener('dragover', onOver)
    element.removeEventListener('dragleave', onLeave)
    element.removeEventListener('drop', onDrop)
  }
}
