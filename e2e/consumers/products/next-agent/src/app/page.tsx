export default function Page() {
  return <main>The agent answers below /api.</main>
}
