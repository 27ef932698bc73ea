/// Finds places for labels inside a box where they don't cover each other.
struct LabelPlacer {
    let bounds: Canvas.Box
    private(set) var taken: [Canvas.Box] = []

    init(bounds: Canvas.Box) { self.bounds = bounds }

    /// The first of `candidates` that is inside and free, now taken; nil if there is none.
    ///
    /// - Parameter candidates: Left end and base line of the text.
    mutating func place(
        width: Double, size: Double, candidates: [(x: Double, y: Double)]
    ) -> (x: Double, y: Double)? {
        for candidate in candidates {
            let box = Canvas.Box(
                left: candidate.x - 2, top: candidate.y - size, right: candidate.x + width + 2,
                bottom: candidate.y + size * 0.25)
            guard box.left >= bounds.left - 0.5, box.right <= bounds.right + 0.5, box.top >= bounds.top - 0.5,
                box.bottom <= bounds.bottom + 0.5, !taken.contains(where: box.intersects)
            else { continue }
            taken.append(box)
            return candidate
        }
        return nil
    }

    mutating func take(_ box: Canvas.Box) { taken.append(box) }
}
