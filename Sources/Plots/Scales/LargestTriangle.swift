/// Downsampling that keeps what the eye sees of a curve.
///
/// Largest triangle three buckets: S. Steinarsson, *Downsampling Time Series for Visual Representation*, University of
/// Iceland 2013, section 4.2. Besides the ends, the lowest and the highest point always stay.
enum LargestTriangle {
    /// Indices of `count` points (or all, if there are fewer), ascending.
    ///
    /// - Parameters:
    ///   - x: Finite, ascending.
    ///   - y: Finite, as many.
    ///   - count: At least 4 is kept.
    static func indices(x: [Double], y: [Double], count: Int) -> [Int] {
        let n = min(x.count, y.count)
        let count = max(count, 4)
        guard n > count else { return Array(0..<n) }
        var (lowest, highest) = (0, 0)
        for index in 1..<n {
            if y[index] < y[lowest] { lowest = index }
            if y[index] > y[highest] { highest = index }
        }
        var kept = [0]
        kept.reserveCapacity(count + 2)
        let buckets = count - 2
        func start(_ bucket: Int) -> Int { 1 + bucket * (n - 2) / buckets }
        for bucket in 0..<buckets {
            let range = start(bucket)..<start(bucket + 1)
            let next = bucket + 1 < buckets ? start(bucket + 1)..<start(bucket + 2) : (n - 1)..<n
            var (meanX, meanY) = (0.0, 0.0)
            for index in next {
                meanX += x[index] / Double(next.count)
                meanY += y[index] / Double(next.count)
            }
            let last = kept[kept.count - 1]
            let (aX, aY) = (x[last], y[last])
            var (best, bestArea) = (range.lowerBound, -1.0)
            for index in range {
                let area = ((aX - meanX) * (y[index] - aY) - (aX - x[index]) * (meanY - aY)).magnitude
                if area > bestArea { (best, bestArea) = (index, area) }
            }
            let forced = [lowest, highest].filter(range.contains).sorted()
            if forced.isEmpty {
                kept.append(best)
            } else {
                kept += forced[0] == forced[forced.count - 1] ? [forced[0]] : forced
            }
        }
        kept.append(n - 1)
        return kept
    }
}
