/// A drawing's box with a scale along each side.
struct Plane {
    let box: Canvas.Box
    let x: AxisScale
    let y: AxisScale
    let insetX: Double
    let insetY: (top: Double, bottom: Double)

    /// In pixels; nil for what the axis cannot show. Far outside it is cut to ten times the box.
    func px(_ value: Double) -> Double? {
        guard let position = x.position(of: value)?.clamped(to: -10...11) else { return nil }
        return box.left + insetX + position * (box.width - 2 * insetX)
    }

    func py(_ value: Double) -> Double? {
        guard let position = y.position(of: value)?.clamped(to: -10...11) else { return nil }
        return box.bottom - insetY.bottom - position * (box.height - insetY.top - insetY.bottom)
    }

    /// Whether a point is in the box or touches it.
    func shows(_ px: Double, _ py: Double) -> Bool {
        px >= box.left - 1 && px <= box.right + 1 && py >= box.top - 1 && py <= box.bottom + 1
    }
}
