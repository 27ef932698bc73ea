/// Finds places for labels inside a box where they cover neither each other nor, if there is a choice, what is drawn.
struct LabelPlacer {
    let bounds: Canvas.Box
    private(set) var taken: [Canvas.Box] = []
    /// Cells of a coarse grid over the box in which something is drawn.
    private var crowd: [Bool]
    private let columns: Int
    private let rows: Int

    private static let cell = 5.0

    init(bounds: Canvas.Box) {
        self.bounds = bounds
        columns = Int((bounds.width / Self.cell).rounded(.up)).clamped(to: 1...1000)
        rows = Int((bounds.height / Self.cell).rounded(.up)).clamped(to: 1...1000)
        crowd = Array(repeating: false, count: columns * rows)
    }

    /// Of `candidates` that are inside and free the one that covers the least of what is drawn, now taken; nil if
    /// there is none. Among equals an earlier one is better.
    ///
    /// - Parameter candidates: Left end and base line of the text.
    mutating func place(
        width: Double, size: Double, candidates: [(x: Double, y: Double)]
    ) -> (x: Double, y: Double)? {
        var best: (place: (x: Double, y: Double), box: Canvas.Box, cost: Double)?
        for (index, candidate) in candidates.enumerated() {
            let box = Canvas.Box(
                left: candidate.x - 2, top: candidate.y - size, right: candidate.x + width + 2,
                bottom: candidate.y + size * 0.25)
            guard box.left >= bounds.left - 0.5, box.right <= bounds.right + 0.5, box.top >= bounds.top - 0.5,
                box.bottom <= bounds.bottom + 0.5, !taken.contains(where: box.intersects)
            else { continue }
            let cost = Double(covered(by: box)) + 0.3 * Double(index)
            if best.map({ cost < $0.cost }) ?? true { best = (candidate, box, cost) }
        }
        guard let best else { return nil }
        taken.append(best.box)
        return best.place
    }

    mutating func take(_ box: Canvas.Box) { taken.append(box) }

    // MARK: What is drawn

    mutating func crowd(_ x: Double, _ y: Double) {
        guard let column = column(x), let row = row(y) else { return }
        crowd[row * columns + column] = true
    }

    mutating func crowd(from start: (x: Double, y: Double), to end: (x: Double, y: Double)) {
        let way = max((end.x - start.x).magnitude, (end.y - start.y).magnitude) / Self.cell
        let steps = Int(way.rounded(.up)).clamped(to: 1...1000)
        for step in 0...steps {
            let t = Double(step) / Double(steps)
            crowd(start.x + (end.x - start.x) * t, start.y + (end.y - start.y) * t)
        }
    }

    private func covered(by box: Canvas.Box) -> Int {
        guard let left = column(max(box.left, bounds.left)), let top = row(max(box.top, bounds.top)) else { return 0 }
        let right = column(min(box.right, bounds.right)) ?? columns - 1
        let bottom = row(min(box.bottom, bounds.bottom)) ?? rows - 1
        guard left <= right, top <= bottom else { return 0 }
        return (top...bottom).reduce(0) { count, row in
            count + (left...right).count { crowd[row * columns + $0] }
        }
    }

    private func column(_ x: Double) -> Int? {
        let place = ((x - bounds.left) / Self.cell).rounded(.down)
        return place >= 0 && place < Double(columns) ? Int(place) : nil
    }

    private func row(_ y: Double) -> Int? {
        let place = ((y - bounds.top) / Self.cell).rounded(.down)
        return place >= 0 && place < Double(rows) ? Int(place) : nil
    }
}
