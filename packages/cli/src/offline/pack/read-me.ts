/** What a pack says of itself, for whoever opens it without knowing Cairn. */
export function readMe(facts: {
  readonly trail: string
  readonly from: string
  readonly until: string
  readonly madeAt: string
  readonly objects: number
}): string {
  return `EVIDENCE OF THE TRAIL ${facts.trail}
${facts.from} to ${facts.until}, made ${facts.madeAt}

WHAT THIS IS
  objects/              ${facts.objects} files as the trail delivered them: log files (gzip of {"Records":[...]}) and
                        the hourly digests that list them with their hashes, each signed and naming the one before
  metadata.jsonl        what the bucket knew of each file, the digests' signatures among it
  public-keys.json      the keys the signatures are verified with
  trail.json            the trail's settings when this was made
  configuration.ndjson  the recorded calls that made and changed the trail, oldest first
  report.txt, .json     what the verifier found when this was made
  signature.json        hashes of all of these, signed with a key of the digests
  manifest.json         size and SHA-256 of every file here

HOW TO VERIFY IT
Cairn is the npm package cairntrail, for Node 24 or newer ("cairn" on npm is another project):
  npm install --global cairntrail
Then, without a network:
  cairn verify pack.zip
It reads every byte: the pack against its manifest, the log files against the digests, the digests against each other
and against their signatures. It ends with 0 when everything is as it was delivered.

WHAT TO TRUST
The keys in this pack prove that its parts belong together. That they are the installation's keys, the pack cannot
prove by itself: get them from the installation another way (cairn keys export --public > keys.json) and verify with
  cairn verify pack.zip --public-keys keys.json
Settings, calls and reports are signed with the same keys when the pack is made: signature.json says so. The manifest's
own SHA-256 was printed then: whoever made the pack can confirm it to you.

WITHOUT CAIRN
Unpack it with any unzip. A log file's hash is SHA-256 of its decompressed content. A digest's signature is RSA
(PKCS #1 v1.5, SHA-256) over four lines: its end time, bucket/key, SHA-256 of its decompressed content, and the
signature of the digest before it ("null" for the first). The pack's is the same over: the line "cairn evidence pack",
the trail's ARN, from, until and madeAt of manifest.json, objectsSha256 of signature.json, and for each of its entries
a line with hash and name.
`
}
