"""The reviewer's screen: one component that shows an item and hears everything that is said of it."""
